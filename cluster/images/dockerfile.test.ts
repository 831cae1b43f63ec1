import { expect, test } from "@jest/globals";
import { dockerfile } from "./dockerfile.ts";

test("a Dockerfile adds the layers in order and says everything that the archive's configuration says", () => {
  const config = {
    Entrypoint: ["node", "/app/main.js"],
    Cmd: ["--help me"],
    Env: ["PATH=/bin:/usr/bin", "EMPTY=", "PAIR=a=b"],
    User: "65532:65532",
    WorkingDir: "/app",
  };
  expect(dockerfile(config, 2)).toBe(`FROM scratch
ADD layer-0.tar /
ADD layer-1.tar /
ENV PATH="/bin:/usr/bin"
ENV EMPTY=""
ENV PAIR="a=b"
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["node","/app/main.js"]
CMD ["--help me"]
`);
});
