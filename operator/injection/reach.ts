/** Connects to our own port the way the API server does. */
import tls from "node:tls";

/** Whether a handshake succeeds and the served chain verifies against the given CA for that name. */
export const reach = (target: { port: number; serverName: string; ca: string }): Promise<boolean> =>
  new Promise((resolve) => {
    const { port, serverName: servername, ca } = target;
    const socket = tls.connect({ host: "127.0.0.1", port, servername, ca, timeout: 2000 });
    const finish = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("secureConnect", finish(true));
    socket.once("error", finish(false));
    socket.once("timeout", finish(false));
  });
