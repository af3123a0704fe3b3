/** What every form does: ask once, send once, show what a choice needs, count letters, count down. */
import { all, type Field, words } from "./page";

export function forms(): void {
  asking();
  sending();
  for (const part of all("[data-when]")) depend(part);
  for (const field of all<HTMLTextAreaElement>("[data-count][maxlength]")) count(field);
  for (const button of all<HTMLButtonElement>("button[data-countdown]")) countdown(button);
}

/** `data-confirm` on a form or its button: a dialog asks before it is sent. */
function asking(): void {
  let sure = false;
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const button = event.submitter;
      const source = button?.dataset.confirm ? button : form;
      const question = source.dataset.confirm;
      if (!question || sure) {
        sure = false;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(source, question, button?.textContent ?? "", () => {
        sure = true;
        form.requestSubmit(button as HTMLElement | null);
        sure = false;
      });
    },
    true,
  );
}

function ask(source: HTMLElement, question: string, does: string, then: () => void): void {
  const dialog = document.createElement("dialog");
  dialog.className = "dlg";
  const text = document.createElement("p");
  text.className = "pre";
  text.id = "linli-ask";
  text.textContent = question;
  dialog.setAttribute("aria-labelledby", text.id);
  const yes = source.dataset.confirmYes ?? document.body.dataset.confirmYes ?? does;
  const no = source.dataset.confirmNo ?? document.body.dataset.confirmNo ?? "×";
  const row = document.createElement("div");
  row.className = "bs";
  row.append(choice(yes, "btn d", () => {
    dialog.close();
    then();
  }), choice(no, "btn", () => dialog.close()));
  dialog.append(text, row);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function choice(label: string, look: string, does: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = look;
  button.textContent = label.trim();
  button.addEventListener("click", does);
  return button;
}

/** Sent once: buttons rest until the next page, and say so with `data-busy`. */
function sending(): void {
  const resting = new Map<HTMLButtonElement, Node[]>();
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-waiting")) {
      event.preventDefault();
      form.addEventListener("ready", () => form.requestSubmit(event.submitter), { once: true });
      return;
    }
    setTimeout(() => {
      for (const button of all<HTMLButtonElement>("button:not([type=button])", form)) {
        if (button.disabled) continue;
        resting.set(button, [...button.childNodes]);
        button.disabled = true;
        const busy = button.dataset.busy;
        if (!busy || (event.submitter && button !== event.submitter)) continue;
        button.setAttribute("aria-busy", "true");
        button.replaceChildren(busy);
      }
    });
  });
  addEventListener("pageshow", () => {
    for (const [button, nodes] of resting) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      button.replaceChildren(...nodes);
    }
    resting.clear();
  });
}

/** `data-when="field:value,value"`: there only while the form's field has one of the values. */
function depend(part: HTMLElement): void {
  const [name = "", values = ""] = (part.dataset.when ?? "").split(":");
  const wanted = values.split(",");
  const form = part.closest("form");
  if (!form) return;
  const off = new Set<Field>();
  const look = (): void => {
    const here = new FormData(form).getAll(name).some((value) => wanted.includes(String(value)));
    part.hidden = !here;
    for (const field of all<Field>("input, textarea, select, button", part)) {
      if (here && off.delete(field)) field.disabled = false;
      if (!here && !field.disabled) {
        field.disabled = true;
        off.add(field);
      }
    }
  };
  form.addEventListener("change", look);
  look();
}

/** `data-count="{n} / {max} 字"`: written into the element that `data-count-in` names. */
function count(field: HTMLTextAreaElement): void {
  const out = document.getElementById(field.dataset.countIn ?? "");
  const look = (): void => {
    if (out) out.textContent = words(field.dataset.count, { n: [...field.value].length, max: field.maxLength });
  };
  field.addEventListener("input", look);
  look();
}

/** `button[data-countdown="60"]`: rests that many seconds, saying `data-wait` with `{s}`. */
function countdown(button: HTMLButtonElement): void {
  const label = button.textContent ?? "";
  const end = Date.now() + Number(button.dataset.countdown) * 1000;
  const tick = (): void => {
    const s = Math.ceil((end - Date.now()) / 1000);
    button.disabled = s > 0;
    button.textContent = s > 0 ? words(button.dataset.wait, { s }) : label;
    if (s <= 0) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}
