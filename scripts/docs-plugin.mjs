// A plugin of typedoc's: the documentation's pages are called by their headings, and their files as those in the
// repository. Where the site is published (--hostedBaseUrl), it leads to the page that it is published beside.
import { Converter, JSX, KindRouter } from "typedoc";

const files = new WeakMap();

class SiteRouter extends KindRouter {
  getIdealBaseName(reflection) {
    const file = files.get(reflection);
    return file === undefined ? super.getIdealBaseName(reflection) : `documents/${file}`;
  }
}

/** @param {import("typedoc").Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const text = document.content.map((part) => part.text).join("");
    files.set(document, document.name.replace("docs/", "").replaceAll("/", "-").toLowerCase());
    document.name = /^# (.*)$/m.exec(text)[1].replaceAll("`", "");
  });
  app.renderer.defineRouter("site", SiteRouter);
  app.renderer.hooks.on("pageSidebar.begin", () => {
    const address = app.options.getValue("hostedBaseUrl");
    if (!address) return JSX.createElement(JSX.Fragment);
    return JSX.createElement(
      "a",
      { href: new URL("..", address).href },
      "The page: draw, and watch it learn",
    );
  });
}
