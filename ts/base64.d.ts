/** A built variant or a worker's program, deflated: scripts/bundle.mjs makes these modules for browsers. */
declare module "*.base64.js" {
  const base64: string;
  export default base64;
}
