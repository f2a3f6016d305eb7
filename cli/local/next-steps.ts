import { pathToFileURL } from 'node:url';
import { functions } from '../../functions/index.ts';
import type { LocalHost } from '../../local/index.ts';
import { FUNCTION_ALIAS } from '../run/local-function.ts';
import { shellWord } from '../shell-word.ts';

/**
 * What is printed once everything listens: where, and commands to paste that answer for a sample picture. A payload
 * from `fileb://` is taken as it is by both versions of the AWS CLI; written out, version 2 wants it in base64.
 */
export const nextSteps = ({ endpoint, token }: LocalHost, http: string, picture: string): string => {
  const names = functions.map(({ name }) => name);
  const shown = `-H 'x-droste-token: ${token}'`;
  const reference = pathToFileURL(picture).href;
  const batch = { images: [reference, { image: reference }], options: { topK: 3, onError: 'collect' } };
  const several = {
    images: [reference],
    functions: { labels: 'classify', thumbs: { function: 'thumbnail', options: { size: 75 } } },
  };
  return `Page                  ${http}/   for a browser: drop pictures, see the tree grow
Lambda's Invoke API   ${endpoint}   functions ${names.join(', ')}; alias ${FUNCTION_ALIAS}
HTTP API              ${http}   POST ${names.map((name) => `/${name}`).join(', ')}, /jobs
Token                 ${token}   asked for by the HTTP API, and wherever a browser calls

Try, in another terminal:

  curl -s ${http}/classify ${shown} -H 'content-type: image/jpeg' --data-binary ${shellWord(`@${picture}`)}

  curl -s ${http}/classify ${shown} -H 'content-type: application/json' -d ${shellWord(JSON.stringify(batch))}

  curl -s ${http}/orchestrate ${shown} -H 'content-type: application/json' -d ${shellWord(JSON.stringify(several))}

  echo ${shellWord(JSON.stringify(reference))} | aws lambda invoke --function-name classify:${FUNCTION_ALIAS} \\
    --endpoint-url ${endpoint} --region us-east-1 --no-sign-request \\
    --payload fileb:///dev/stdin /dev/stdout

Ctrl-C stops it.
`;
};
