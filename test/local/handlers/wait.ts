import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Arrives at a gate and stays until it is opened; with `spin`, in a loop no event gets through; with `leave`, not for
 * its reply.
 */
export const handler = async (event: { port: number; spin?: boolean; leave?: boolean }) => {
  const socket = connect(event.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${process.env.AWS_LAMBDA_FUNCTION_VERSION} ${process.pid}\n`);
  if (event.spin) setImmediate(spin);
  if (event.leave) {
    socket.on('close', () => console.log('left over'));
    return 'left';
  }
  await once(socket, 'close');
  return 'through';
};

const spin = (): never => {
  for (;;) Math.random();
};
