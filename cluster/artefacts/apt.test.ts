import { describe, expect, test } from "@jest/globals";
import { libraryClosure, parseUris } from "./apt.ts";

const graph = `server
  Depends: libssl3
  Depends: perl
  PreDepends: libfirst
 |Depends: liba
  Depends: libb
  Depends: <virtual>
    real-one
libssl3
  Depends: libc6
  Depends: zlib1g
libfirst
perl
  Depends: libperl5.36
  Depends: libdb5.3
liba
  Depends: libssl3
libb
  Depends: libnever
zlib1g
  Depends: libc6
libperl5.36
libdb5.3
`;

describe("the libraries of a package", () => {
  const found = libraryClosure(graph, ["server"]);

  test("are followed through other libraries", () => {
    expect(found).toContain("zlib1g");
  });

  test("of two alternatives only the first is taken", () => {
    expect(found).toContain("liba");
    expect(found).not.toContain("libb");
  });

  test("do not include what only a program among the dependencies needs", () => {
    expect(found).not.toContain("libdb5.3");
  });

  test("do not include the C library, which must fit the machine's loader", () => {
    expect(found).not.toContain("libc6");
  });

  test("are these and no others", () => {
    expect(found).toEqual(["liba", "libfirst", "libssl3", "zlib1g"]);
  });
});

test("an epoch in a version, which apt writes in percent notation, is read back", () => {
  const line =
    "'http://mirror/pool/r_7_amd64.deb' redis-server_5%3a7.0.15-1_amd64.deb 100 SHA256:00";
  expect(parseUris(`noise\n${line}\n`)).toEqual([{ name: "redis-server", version: "5:7.0.15-1" }]);
});
