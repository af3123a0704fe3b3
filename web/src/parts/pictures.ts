/**
 * `input[type=file][data-pictures]` inside `.pics`: pictures are shown, can be
 * taken back, and are made smaller before they are sent. Previews are canvases,
 * so that no blob: address is needed. What cannot be read is sent as it is.
 */
import { all, words } from "./page";

const longest = 2000;
const quality = 0.85;

interface Picture {
  file: File;
  tile: HTMLElement;
}

export function pictures(): void {
  if (typeof DataTransfer === "undefined") return;
  for (const input of all<HTMLInputElement>("input[type=file][data-pictures]")) manage(input);
}

function manage(input: HTMLInputElement): void {
  const add = input.closest<HTMLElement>(".pic") ?? input;
  const limit = Number(input.dataset.pictures) || 6;
  const chosen: Picture[] = [];

  const refresh = (): void => {
    const files = new DataTransfer();
    for (const picture of chosen) files.items.add(picture.file);
    input.files = files.files;
    add.hidden = chosen.length >= limit;
  };

  input.addEventListener("change", async () => {
    const fresh = [...(input.files ?? [])].slice(0, limit - chosen.length);
    refresh();
    const form = input.form;
    form?.setAttribute("data-waiting", "");
    for (const file of fresh) {
      const { small, preview } = await shrink(file);
      const picture: Picture = { file: small, tile: document.createElement("div") };
      picture.tile.className = "pic";
      picture.tile.append(preview, removal(input, file.name, () => {
        chosen.splice(chosen.indexOf(picture), 1);
        picture.tile.remove();
        refresh();
        input.focus();
      }));
      add.before(picture.tile);
      chosen.push(picture);
      refresh();
    }
    form?.removeAttribute("data-waiting");
    form?.dispatchEvent(new Event("ready"));
  });
}

function removal(input: HTMLInputElement, name: string, remove: () => void): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "del";
  button.setAttribute("aria-label", words(input.dataset.remove, { name }));
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("viewBox", "0 0 24 24");
  const cross = document.createElementNS("http://www.w3.org/2000/svg", "path");
  cross.setAttribute("d", "M18 6 6 18M6 6l12 12");
  svg.append(cross);
  button.append(svg);
  button.addEventListener("click", remove);
  return button;
}

async function shrink(file: File): Promise<{ small: File; preview: HTMLElement }> {
  try {
    const bitmap = await createImageBitmap(file);
    const preview = draw(bitmap, 320);
    preview.setAttribute("role", "img");
    preview.setAttribute("aria-label", file.name);
    const blob = await new Promise<Blob | null>((done) => draw(bitmap, longest).toBlob(done, "image/jpeg", quality));
    const fits = Math.max(bitmap.width, bitmap.height) <= longest;
    bitmap.close();
    if (!blob || (fits && blob.size >= file.size)) return { small: file, preview };
    const name = file.name.replace(/\.\w+$/, "") + ".jpg";
    return { small: new File([blob], name, { type: "image/jpeg" }), preview };
  } catch {
    const preview = document.createElement("span");
    preview.textContent = file.name;
    return { small: file, preview };
  }
}

function draw(bitmap: ImageBitmap, side: number): HTMLCanvasElement {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}
