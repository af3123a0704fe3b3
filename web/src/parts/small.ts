/** The small ones: toasts that go, copying, printing, dialogs, menus. */
import { all } from "./page";

export function small(): void {
  for (const toast of all("[data-toast]")) fade(toast);
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    for (const menu of all<HTMLDetailsElement>("details[open]:has(> .menu)")) {
      if (!menu.contains(target)) menu.open = false;
    }
    const button = target?.closest<HTMLElement>("[data-copy], [data-print], [data-open], [data-close], [data-toast-close], [data-fill]");
    if (button) press(button, event);
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector<HTMLDetailsElement>("details[open]:has(> .menu)");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
    event.stopImmediatePropagation();
  });
}

function press(button: HTMLElement, event: Event): void {
  const { copy, fill, open } = button.dataset;
  if (copy !== undefined) {
    void navigator.clipboard?.writeText(copy).then(() => {
      const label = button.querySelector<HTMLElement>("[data-words]") ?? button;
      if (button.dataset.copied) label.textContent = button.dataset.copied;
    }, () => undefined);
  } else if ("print" in button.dataset) {
    print();
  } else if (open !== undefined) {
    const dialog = document.getElementById(open);
    if (!(dialog instanceof HTMLDialogElement)) return;
    event.preventDefault();
    dialog.showModal();
  } else if (fill !== undefined) {
    const field = document.getElementById(fill);
    if (!(field instanceof HTMLSelectElement)) return;
    field.value = button.dataset.value ?? "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  } else if ("toastClose" in button.dataset) {
    button.closest("[data-toast]")?.remove();
  } else {
    event.preventDefault();
    button.closest("dialog")?.close();
  }
}

/** A toast goes after eight seconds, but not under a pointer or the focus. */
function fade(toast: HTMLElement): void {
  const timer = setInterval(() => {
    if (toast.matches(":hover, :focus-within")) return;
    clearInterval(timer);
    toast.remove();
  }, 8000);
}
