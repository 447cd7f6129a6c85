// Comfort only: every page works without this file.
"use strict";
// Keys of a single letter can be switched off (WCAG 2.1.4): speech input types them. Kept by the browser, not the account.
const root = document.documentElement;
const noKeys = () => {
  try { return window.localStorage.getItem("keys") === "off"; } catch { return false; }
};
root.classList.toggle("no-keys", noKeys());
const keys = document.getElementById("keys");
if (keys) {
  keys.checked = !noKeys();
  keys.addEventListener("change", () => {
    window.localStorage.setItem("keys", keys.checked ? "on" : "off");
    root.classList.toggle("no-keys", noKeys());
  });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (noKeys()) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.tagName === "DETAILS") {
    wanted.open = true;
    wanted.querySelector("input:not([type=hidden]), select, textarea, button").focus();
    wanted.scrollIntoView({ block: "nearest" });
  } else if (wanted.tagName === "INPUT") {
    wanted.focus();
  } else if (!wanted.disabled) {
    wanted.click();
  }
});
// A form is sent once while its page stands; one that answers with a file leaves the page where it is.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "download" in form.dataset) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
