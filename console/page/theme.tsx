/** Light, dark, or as the system has it; remembered in this browser. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./draw/icon.tsx";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const ICONS = { auto: "auto", light: "sun", dark: "moon" } as const;
const KEY = "theme";

const remembered = (): Theme =>
  THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? "auto";

export const ThemeButton = () => {
  const [theme, setTheme] = useState(remembered);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    localStorage.setItem(KEY, theme);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`Theme: ${theme}; change to ${next}`}
      title={`Theme: ${theme}`}
      onClick={() => setTheme(next)}
    >
      <Icon name={ICONS[theme]} />
    </button>
  );
};
