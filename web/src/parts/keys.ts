/**
 * The desk from the keyboard: j k move along the rows, or from case to case where there are none, Enter opens, 1–9 press
 * `[data-key]`, / goes to the search, ? shows `dialog[data-help]`, Esc leaves.
 * A field that has the focus keeps its keys; `input[data-keys]` turns them off.
 */
import { all, kept } from "./page";

const store = "linli:keys";

export function keys(): void {
  const toggle = document.querySelector<HTMLInputElement>("input[data-keys]");
  if (toggle) {
    toggle.checked = kept.get(store) !== "off";
    toggle.addEventListener("change", () => kept.set(store, toggle.checked ? "on" : "off"));
  }
  current()?.scrollIntoView({ block: "nearest" });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return leave(event.target);
    if (kept.get(store) === "off" || writing(event.target)) return;
    if (act(event.key)) event.preventDefault();
  });
}

function act(key: string): boolean {
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (key === "/") return focus(document.querySelector("[data-search]"));
  if (key === "?") {
    const help = document.querySelector<HTMLDialogElement>("dialog[data-help]");
    help?.showModal();
    return Boolean(help);
  }
  const target = /^[1-9]$/.test(key) && document.querySelector<HTMLElement>(`[data-key="${key}"]`);
  if (!target) return false;
  target.click();
  return true;
}

function move(by: number): boolean {
  const rows = all<HTMLAnchorElement>(".mid a.lr");
  const at = rows.findIndex((row) => row === document.activeElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row === current());
  // a case that stands alone has neighbours instead of rows
  const way = document.querySelector<HTMLElement>(`.ch a[rel="${by > 0 ? "next" : "prev"}"]`);
  if (!rows.length && way) {
    way.click();
    return true;
  }
  const next = from < 0 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, from + by))];
  return focus(next ?? null);
}

function current(): HTMLElement | null {
  return document.querySelector<HTMLElement>(".mid a.lr:is(.on, [aria-current])");
}

function focus(element: HTMLElement | null): boolean {
  element?.focus();
  if (element instanceof HTMLInputElement) element.select();
  return element !== null;
}

function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && target.matches("input:not([type=radio], [type=checkbox], [type=button]), textarea, select, [contenteditable]");
}

/** Esc: first out of the field, then out of the open form. */
function leave(target: EventTarget | null): void {
  if (writing(target)) (target as HTMLElement).blur();
  else document.querySelector<HTMLElement>("[data-esc]")?.click();
}
