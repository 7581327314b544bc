/** A network between a page and the relay that can be lost: packets vanish both ways, without a word to either end, until it is back. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Cuttable {
  readonly url: string;
  /** From now on nothing passes; new connections are taken and hear nothing. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function cuttable(target: string): Promise<Cuttable> {
  const { port: targetPort } = new URL(target);
  const ends = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(Number(targetPort), '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]] as const) {
      ends.add(from);
      from.pipe(to);
      from.on('error', () => from.destroy());
      from.on('close', () => {
        ends.delete(from);
        // A lost network tells nobody that the other side has gone.
        if (!isCut) to.destroy();
      });
      if (isCut) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true;
      for (const end of ends) end.pause();
    },
    mend: () => {
      isCut = false;
      for (const end of ends) end.resume();
    },
    close: async () => {
      for (const end of ends) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
