/**
 * Drafts: text fields of `form[data-draft="key"]` stay on this device, per path,
 * for seven days. Phones, passwords and fields with `data-no-draft` are left out.
 */
import { all, type Field, kept, words } from "./page";

const week = 7 * 24 * 3600 * 1000;

interface Draft {
  at: number;
  fields: Record<string, string>;
}

export function drafts(): void {
  for (const marker of all("[data-clear-draft]")) {
    kept.drop(`linli:draft:${marker.dataset.clearDraft}:`);
  }
  for (const form of all<HTMLFormElement>("form[data-draft]")) keep(form);
}

function keep(form: HTMLFormElement): void {
  const key = `linli:draft:${form.dataset.draft}:${location.pathname}`;
  const fields = all<Field>("textarea[name], input[name]:is([type=text], [type=search], :not([type]))", form).filter(
    (field) => !("noDraft" in field.dataset),
  );
  const note = form.querySelector<HTMLElement>("[data-draft-note]") ?? document.querySelector<HTMLElement>("[data-draft-note]");
  const tell = (text: string | undefined, at: number): void => {
    if (!note || !text) return;
    const time = new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", hour12: false });
    (note.querySelector("[data-words]") ?? note).textContent = words(text, { time });
    note.hidden = false;
  };

  const draft = read(key);
  if (draft) {
    let restored = false;
    for (const field of fields) {
      const text = draft.fields[field.name];
      if (!text || field.value) continue;
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      restored = true;
    }
    if (restored) tell(note?.dataset.restored ?? note?.dataset.kept, draft.at);
  }

  let timer = 0;
  const save = (): void => {
    clearTimeout(timer);
    const at = Date.now();
    const texts = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    if (kept.set(key, JSON.stringify({ at, fields: texts }))) tell(note?.dataset.kept, at);
  };
  let dirty = false;
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    dirty = true;
    clearTimeout(timer);
    timer = window.setTimeout(save, 500);
  });
  addEventListener("pagehide", () => dirty && save());
}

function read(key: string): Draft | null {
  try {
    const draft = JSON.parse(kept.get(key) ?? "null") as Draft | null;
    return draft && Date.now() - draft.at < week ? draft : null;
  } catch {
    return null;
  }
}
