import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Where handlers wait until a test lets them through: order without clocks. */
export interface Gate {
  readonly port: number;
  /** Resolves with what the next handler said on arriving, and with its socket. */
  arrival(): Promise<{ readonly said: string; readonly socket: Socket }>;
  /** Lets everyone through who has arrived. */
  open(): void;
  close(): Promise<void>;
}

export const buildGate = async (): Promise<Gate> => {
  const sockets = new Set<Socket>();
  const arrived: { said: string; socket: Socket }[] = [];
  const waiting: ((arrival: { said: string; socket: Socket }) => void)[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    createInterface(socket).once('line', (said) => {
      const next = waiting.shift();
      if (next === undefined) arrived.push({ said, socket });
      else next({ said, socket });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const open = (): void => {
    for (const socket of sockets) socket.end();
  };
  return {
    port: (server.address() as AddressInfo).port,
    arrival: () => {
      const first = arrived.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
    open,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
