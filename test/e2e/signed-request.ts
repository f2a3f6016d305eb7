import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** Credentials of the environment, as the AWS SDK names them. */
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly region: string;
}

export interface SignedPost {
  readonly url: URL;
  /** The API's host where that is not the server's to connect to. Default: the URL's. */
  readonly host?: string;
  /** As signatures name it: `execute-api`, `cloudformation`. */
  readonly service: string;
  readonly contentType: string;
  /** Of the JSON protocols: `AmazonSQS.ReceiveMessage`. */
  readonly target?: string;
  readonly body: string;
}

export interface Answer {
  readonly status: number | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** Signature Version 4 of a POST without a query (IAM user guide, "Create a signed AWS API request"). */
const signedHeaders = (post: SignedPost, host: string, signer: Signer): Record<string, string> => {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${signer.region}/${post.service}/aws4_request`;
  const signed: Record<string, string> = {
    'content-type': post.contentType,
    host,
    'x-amz-date': time,
    ...(post.target !== undefined && { 'x-amz-target': post.target }),
    ...(signer.sessionToken && { 'x-amz-security-token': signer.sessionToken }),
  };
  const names = Object.keys(signed).sort();
  const headers = names.map((name) => `${name}:${signed[name]}\n`).join('');
  const canonical = ['POST', post.url.pathname, '', headers, names.join(';'), sha256(post.body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${signer.secretAccessKey}`);
  const signature = hmac(key, toSign).toString('hex');
  const credential = `Credential=${signer.accessKeyId}/${scope}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...signed, authorization };
};

/** Sends a signed POST. */
export const postSigned = (post: SignedPost, signer: Signer): Promise<Answer> => {
  const { url, body, host = url.host } = post;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = { ...signedHeaders(post, host, signer), 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const call = send(url, { method: 'POST', headers }, (reply) => {
      text(reply).then(
        (answer) =>
          resolve({
            status: reply.statusCode,
            contentType: reply.headers['content-type'],
            body: answer,
          }),
        reject,
      );
    });
    call.on('error', reject);
    call.end(body);
  });
};
