/** `button[data-speak="#id"]` reads that part of the page aloud (`main` if empty); pressed again, it stops. */
import { all } from "./page";

export function speak(): void {
  for (const button of all<HTMLButtonElement>("button[data-speak]")) {
    if (!("speechSynthesis" in window)) button.hidden = true;
    else button.addEventListener("click", () => toggle(button));
  }
  addEventListener("pagehide", () => window.speechSynthesis?.cancel());
}

function toggle(button: HTMLButtonElement): void {
  const label = button.querySelector<HTMLElement>("[data-words]") ?? button;
  const before = label.dataset.before ?? label.textContent ?? "";
  const show = (speaking: boolean): void => {
    label.dataset.before = before;
    label.textContent = speaking ? (button.dataset.stop ?? before) : before;
    button.setAttribute("aria-pressed", String(speaking));
  };
  const speaking = button.getAttribute("aria-pressed") === "true";
  speechSynthesis.cancel();
  if (speaking) return show(false);
  const part = document.querySelector<HTMLElement>(button.dataset.speak || "main");
  const text = (part?.innerText ?? "").replace(before, "");
  const speech = new SpeechSynthesisUtterance(text);
  speech.lang = document.documentElement.lang;
  speech.rate = 0.9;
  speech.onend = speech.onerror = () => show(false);
  show(true);
  speechSynthesis.speak(speech);
}
