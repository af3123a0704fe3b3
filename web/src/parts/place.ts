/**
 * `button[data-locate]` takes the place once, when it is pressed, into the hidden
 * fields of its form named by `data-lat` and `data-lon` (WGS-84 degrees).
 */
import { all } from "./page";

export function place(): void {
  for (const button of all<HTMLButtonElement>("button[data-locate]")) {
    if (!("geolocation" in navigator)) button.hidden = true;
    else button.addEventListener("click", () => locate(button));
  }
}

function locate(button: HTMLButtonElement): void {
  const { lat = "lat", lon = "lon", locating, located, failed } = button.dataset;
  const tell = (text: string | undefined): void => {
    const note = button.form?.querySelector<HTMLElement>("[data-locate-note]");
    if (!note || !text) return;
    note.textContent = text;
    note.hidden = false;
  };
  const fill = (name: string, degrees: number): void => {
    const field = button.form?.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = degrees.toFixed(6);
  };
  button.disabled = true;
  tell(locating);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      fill(lat, coords.latitude);
      fill(lon, coords.longitude);
      button.disabled = false;
      tell(located);
    },
    () => {
      button.disabled = false;
      tell(failed);
    },
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 0 },
  );
}
