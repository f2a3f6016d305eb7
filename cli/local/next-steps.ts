import { pathToFileURL } from 'node:url';
import { FUNCTION_ALIAS, FUNCTION_NAME } from '../local-function.ts';
import { shellWord } from '../shell-word.ts';

/** Where the two servers listen, `http://127.0.0.1:PORT`. */
export interface Endpoints {
  readonly invoke: string;
  readonly http: string;
}

/**
 * What is printed once everything listens: where, and commands to paste that answer for a sample picture. A payload
 * from `fileb://` is taken as it is by both versions of the AWS CLI; written out, version 2 wants it in base64.
 */
export const nextSteps = ({ invoke, http }: Endpoints, picture: string): string => {
  const reference = pathToFileURL(picture).href;
  const batch = { images: [reference, { image: reference }], options: { topK: 3, onError: 'collect' } };
  const several = {
    images: [reference],
    functions: { labels: 'classify', thumbs: { function: 'thumbnail', options: { size: 75 } } },
  };
  return `Lambda's Invoke API   ${invoke}   functions classify, thumbnail, orchestrate; alias ${FUNCTION_ALIAS}
HTTP API              ${http}   POST /classify, /thumbnail, /orchestrate

Try, in another terminal:

  curl -s ${http}/classify -H 'content-type: image/jpeg' --data-binary ${shellWord(`@${picture}`)}

  curl -s ${http}/classify -H 'content-type: application/json' -d ${shellWord(JSON.stringify(batch))}

  curl -s ${http}/orchestrate -H 'content-type: application/json' -d ${shellWord(JSON.stringify(several))}

  echo ${shellWord(JSON.stringify(reference))} | aws lambda invoke --function-name ${FUNCTION_NAME}:${FUNCTION_ALIAS} \\
    --endpoint-url ${invoke} --region us-east-1 --no-sign-request \\
    --payload fileb:///dev/stdin /dev/stdout

Ctrl-C stops it.
`;
};
