/** A built variant's bytes, deflated: scripts/build.mjs makes these modules for browsers. */
declare module "*.base64.js" {
  const base64: string;
  export default base64;
}
