/** A component by its name. Pure. */

/** Of a spec or a status; undefined where it does not name the component, as a status that has not come to it yet. */
export const componentIn = <Component extends { name: string }>(
  { components }: { components: readonly Component[] },
  name: string,
): Component | undefined => components.find((component) => component.name === name);
