/**
 * The link of a QR is /r/{number}#{code}: the fragment never reaches the server,
 * so it is put into the form's field and posted, and leaves the address bar.
 */
export function code(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-code-form]");
  const field = form?.elements.namedItem("code");
  const given = location.hash.slice(1);
  if (!form || !(field instanceof HTMLInputElement) || !/^[0-9a-z-]{8,12}$/i.test(given)) return;
  history.replaceState(null, "", location.pathname + location.search);
  field.value = given;
  form.requestSubmit();
}
