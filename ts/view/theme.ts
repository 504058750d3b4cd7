/** The colours and the type of the page and of reports, in light and dark; a test holds base.css to them. */
export const THEME = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf9f6, #151513);
  --raised: light-dark(#ffffff, #1e1e1b);
  --text: light-dark(#1c1b19, #edebe5);
  --quiet: light-dark(#625e56, #a8a49b);
  --rule: light-dark(#e3dfd6, #34332f);
  --accent: light-dark(#2747c7, #8ea6ff);
  --other: light-dark(#b4470f, #ff9a5c);
  --good: light-dark(#1d7340, #6fcf97);
  --positive: light-dark(#b3261e, #ff8a80);
  --negative: light-dark(#1c5fb8, #7db4ff);
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", ui-serif, Georgia, serif;
}
`;
