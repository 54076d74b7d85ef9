/** What a single-file component is to TypeScript; Vue's own tools look inside. */
declare module "*.vue" {
  import type { DefineComponent } from "vue";

  const component: DefineComponent<{ readonly name: string; readonly roomId: string }>;
  export default component;
}
