import { once } from 'node:events';
import { connect } from 'node:net';

const socket = connect(Number(process.env.GATE_PORT), '127.0.0.1');
await once(socket, 'close');

export const handler = async () => 'started';
