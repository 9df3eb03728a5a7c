// Every page works without this file. It adds: reveals, character counts, menus, focus on errors, partial refreshes.
import htmx from "htmx.org/dist/htmx.esm.js";
import { Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink, Tabs, createAll } from "govuk-frontend";
import { ButtonMenu } from "@ministryofjustice/frontend";

const COMPONENTS = [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink, Tabs, ButtonMenu];

function enliven(scope) {
  for (const Component of COMPONENTS) createAll(Component, undefined, { scope, onError: () => {} });
}

function announceFailure() {
  const place = document.getElementById("kit-failure");
  if (place) place.hidden = false;
}

function hideFailure() {
  const place = document.getElementById("kit-failure");
  if (place) place.hidden = true;
}

function printOnRequest(event) {
  if (event.target.closest("[data-kit-print]")) window.print();
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");
enliven(document);
window.htmx = htmx;
document.addEventListener("htmx:after:swap", (event) => enliven(event.target instanceof Element ? event.target : document));
document.addEventListener("htmx:before:request", hideFailure);
document.addEventListener("htmx:response:error", (event) => {
  if ((event.detail?.ctx?.response?.raw?.status ?? 0) >= 500) announceFailure();
});
document.addEventListener("htmx:error", announceFailure);
document.addEventListener("click", printOnRequest);
