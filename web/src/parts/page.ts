/** What the parts share: finding elements, and words that templates give. */

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export function all<E extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): E[] {
  return [...root.querySelectorAll<E>(selector)];
}

/** The words with `{name}` replaced; no words where the template gave none. */
export function words(text: string | undefined, values: Record<string, string | number> = {}): string {
  return (text ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The device's own store, which a browser may refuse; then nothing is kept. */
export const kept = {
  get(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key: string, value: string): boolean {
    try {
      localStorage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  },
  drop(prefix: string): void {
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(prefix)) localStorage.removeItem(key);
      }
    } catch {
      // nothing was kept
    }
  },
};
