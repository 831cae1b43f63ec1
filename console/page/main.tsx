/** The page: what is live, where we are, and the right view of it. */
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { Fleet } from "./fleet.tsx";
import { useKeys } from "./keys.ts";
import { useLive } from "./live.ts";
import { MigrationPage } from "./migration.tsx";
import { Empty } from "./parts.tsx";
import { useRoute } from "./route.ts";
import { SideBar, TopBar, useHelp } from "./shell.tsx";

const Page = () => {
  const seen = useLive();
  const route = useRoute();
  const [help, helpWindow] = useHelp();
  useKeys({ route, migrations: seen.migrations, help });
  const migration = seen.migrations.find(
    ({ namespace, name }) => namespace === route?.namespace && name === route.name,
  );
  useEffect(() => {
    document.title = route ? `${route.name} · flashcard-otel` : "flashcard-otel";
  }, [route?.name]);
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to content
      </a>
      <TopBar seen={seen} help={help} />
      <div class="body">
        <SideBar seen={seen} route={route} />
        <main id="main" tabIndex={-1}>
          {!seen.connection?.synced && seen.migrations.length === 0 ? (
            <Empty>Reading the cluster …</Empty>
          ) : route ? (
            migration ? (
              <MigrationPage migration={migration} route={route} />
            ) : (
              <Empty>
                There is no FlashcardTelemetry {route.namespace}/{route.name} (any more).
              </Empty>
            )
          ) : (
            <Fleet migrations={seen.migrations} />
          )}
        </main>
      </div>
      {helpWindow}
    </>
  );
};

/** The address behind `#` is ours: it must not become the name of an element. */
const skip = (event: Event): void => {
  event.preventDefault();
  document.querySelector<HTMLElement>("main")?.focus();
};

const box = document.querySelector("#page");
if (box) render(<Page />, box);
