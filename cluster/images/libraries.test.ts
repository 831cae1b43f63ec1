import { expect, test } from "@jest/globals";
import { librariesIn, missingIn } from "./libraries.ts";

const printed = `	linux-vdso.so.1 (0x00007ffd)
	libssl.so.3 => /cache/root/usr/lib/x86_64-linux-gnu/libssl.so.3 (0x00007f51)
	libgone.so.1 => not found
	/lib64/ld-linux-x86-64.so.2 (0x00007f52)
`;

test("libraries and the loader are taken from what ldd prints, the kernel's own page is not", () => {
  expect(librariesIn(printed).map(({ path }) => path)).toEqual([
    "/cache/root/usr/lib/x86_64-linux-gnu/libssl.so.3",
    "/lib64/ld-linux-x86-64.so.2",
  ]);
});

test("a library that is nowhere is reported by name", () => {
  expect(missingIn(printed)).toEqual(["libgone.so.1"]);
});
