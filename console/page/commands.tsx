/** Buttons for what the user may tell the operator. Each says what it does, and what does the same in a terminal, before it acts. */
import { useState } from "preact/hooks";
import type { Migration, Offer } from "../facts.ts";
import { give, pathOf, useAsk } from "./ask.ts";
import { Dialog } from "./dialog.tsx";
import { Icon, type IconName } from "./draw/icon.tsx";
import { Trouble } from "./parts.tsx";

const LOOKS: Record<Offer["command"], { text: string; icon: IconName; weight: string }> = {
  approve: { text: "Approve", icon: "good", weight: "primary" },
  retry: { text: "Retry", icon: "busy", weight: "primary" },
  pause: { text: "Pause", icon: "pause", weight: "" },
  resume: { text: "Resume", icon: "play", weight: "" },
  target: { text: "Target", icon: "flag", weight: "" },
  rollback: { text: "Roll back", icon: "back", weight: "danger" },
};

const nameOf = ({ command, value }: Offer): string =>
  command === "target" ? value || "As in the spec" : LOOKS[command].text;

/** What is offered depends on these alone. */
const versionOf = ({ annotations, status, spec }: Migration): string =>
  JSON.stringify([
    annotations,
    spec?.target,
    status.phase,
    status.next?.reason,
    status.planHash,
    status.components.map(({ stage }) => stage),
  ]);

export const Commands = ({ migration }: { migration: Migration }) => {
  const { data = [] } = useAsk<Offer[]>(pathOf("offers", migration), {
    version: versionOf(migration),
  });
  const [chosen, choose] = useState<Offer>();
  const targets = data.filter(({ command }) => command === "target");
  const others = data.filter(({ command }) => command !== "target");
  if (data.length === 0) return null;
  return (
    <div class="commands" role="group" aria-label="Commands">
      {targets.length > 0 && <TargetButton targets={targets} choose={choose} />}
      {others.map((offer) => (
        <button
          key={offer.command}
          type="button"
          class={LOOKS[offer.command].weight}
          title={offer.kubectl}
          onClick={() => choose(offer)}
        >
          <Icon name={LOOKS[offer.command].icon} />
          {LOOKS[offer.command].text}
        </button>
      ))}
      {chosen && <Confirm offer={chosen} migration={migration} close={() => choose(undefined)} />}
    </div>
  );
};

const TargetButton = ({
  targets,
  choose,
}: {
  targets: Offer[];
  choose: (offer: Offer) => void;
}) => (
  <label class="choice">
    <Icon name="flag" />
    <span class="visually-hidden">Hold at a phase</span>
    <select
      value=""
      onChange={(event) => {
        const offer = targets[Number(event.currentTarget.value)];
        event.currentTarget.value = "";
        if (offer) choose(offer);
      }}
    >
      <option value="" disabled>
        Target …
      </option>
      {targets.map((offer, index) => (
        <option key={offer.value} value={index}>
          {nameOf(offer)}
        </option>
      ))}
    </select>
  </label>
);

const Confirm = ({
  offer,
  migration,
  close,
}: {
  offer: Offer;
  migration: Migration;
  close: () => void;
}) => {
  const [error, setError] = useState("");
  const act = async (): Promise<void> => {
    try {
      await give(migration, offer);
      close();
    } catch (trouble) {
      setError((trouble as Error).message);
    }
  };
  return (
    <Dialog
      title={`${LOOKS[offer.command].text}: ${migration.namespace}/${migration.name}`}
      close={close}
    >
      <p>It {offer.does}. This writes one annotation; the spec stays as it is.</p>
      <p class="label">The same in a terminal</p>
      <pre tabIndex={0}>{offer.kubectl}</pre>
      {error !== "" && <Trouble error={error} />}
      <div class="buttons">
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button
          type="button"
          class={LOOKS[offer.command].weight || "primary"}
          onClick={() => void act()}
        >
          {LOOKS[offer.command].text}
        </button>
      </div>
    </Dialog>
  );
};
