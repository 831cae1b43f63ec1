/** Templates of manual spans: one for each kind and name that a tracer uses. */
import { register } from "../core/template.ts";

const NAMES = 1000;
const KINDS = [1, 2, 3, 4, 5];
/** Of all tracers together: names come from the application, and may be endless. */
let names = 0;

export class Names {
  private readonly scope: number;
  private readonly byKind = KINDS.map(() => new Map<string, number>());
  private readonly nameless: number[] = [];

  constructor(scope: number) {
    this.scope = scope;
  }

  /** Undefined beyond the limit: the name must be written with the span. */
  template(kind: number, name: string): number | undefined {
    const ofKind = this.byKind[kind - 1] as Map<string, number>;
    const template = ofKind.get(name);
    if (template !== undefined || names >= NAMES) return template;
    const made = register({ name, kind, scope: this.scope });
    ofKind.set(name, made);
    names++;
    return made;
  }

  withoutName(kind: number): number {
    return (this.nameless[kind] ??= register({ name: "", kind, scope: this.scope }));
  }
}
