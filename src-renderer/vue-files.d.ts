/** For programs that cannot read .vue files, such as the linter; vue-tsc knows better. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue'

  const component: DefineComponent
  export default component
}
