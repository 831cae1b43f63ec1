/** Asks the packer. Packing twice is packing once, so what was not answered is asked again. */
const ATTEMPTS = 3;
const TIMEOUT_MS = 5000;

export const packing =
  (packer: string) =>
  async (order: string, attempt = 1): Promise<void> => {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const url = `${packer}/parcels/order-${order}`;
      const { ok, status } = await fetch(url, { method: "PUT", signal });
      if (!ok) throw new Error(`${url} answered ${status}`);
    } catch (cause) {
      if (attempt === ATTEMPTS) throw new Error(`packing order ${order}`, { cause });
      await packing(packer)(order, attempt + 1);
    }
  };
