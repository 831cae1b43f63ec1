/** One package file as apt would fetch it. */
export interface Download {
  name: string;
  version: string;
}

const isLibrary = (name: string): boolean => name.startsWith("lib") || name === "zlib1g";

/**
 * Libraries that only optional features need (PostgreSQL's JIT, Perl helpers), and the C library:
 * programs must run on the one whose loader the machine has.
 */
const leftOut =
  /^(libllvm|libperl|libc6$|libgcc-s1$|libc-bin|libdebian-installer)|-perl$|^libpam-(modules|runtime)/;

const dependencies = (graph: string): Map<string, string[]> => {
  const edges = new Map<string, string[]>();
  let current: string[] = [];
  let alternative = false;
  for (const line of graph.split("\n")) {
    const edge = /^ ([ |])(?:Pre)?Depends: (\S+)/.exec(line);
    if (edge) {
      // `|Depends: a` and the line after it are alternatives: the first is what apt would take.
      if (!alternative && edge[2]) current.push(edge[2]);
      alternative = edge[1] === "|";
    } else if (/^\S/.test(line) && !line.startsWith("<")) {
      current = [];
      alternative = false;
      edges.set(line.trim(), current);
    }
  }
  return edges;
};

/** From the output of `apt-cache depends --recurse`: the libraries that the roots need, through libraries only. */
export const libraryClosure = (graph: string, roots: readonly string[]): string[] => {
  const edges = dependencies(graph);
  const found = new Set<string>();
  const queue = [...roots];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    for (const next of edges.get(name) ?? []) {
      if (found.has(next) || !isLibrary(next) || leftOut.test(next)) continue;
      found.add(next);
      queue.push(next);
    }
  }
  return [...found].toSorted();
};

/** Reads `apt-get download --print-uris`: `'uri' name_version_arch.deb size hash`, colons written as %3a. */
export const parseUris = (text: string): Download[] =>
  text
    .split("\n")
    .map((line) => /^'[^']*' ([^_ ]+)_([^_ ]+)_[^_ ]+\.deb /.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ name: match[1] ?? "", version: decodeURIComponent(match[2] ?? "") }));
