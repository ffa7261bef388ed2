import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const at = (path: string): string => resolve(import.meta.dirname, path)

// CommonJS: the oldest Electron that runs the app loads no modules in its main process. All
// packages are built in, but for the addon and Electron itself.
const external = ['electron', 'better-sqlite3', /^node:/]

export default defineConfig({
  main: {
    build: {
      outDir: 'out/app/main',
      target: 'node18',
      externalizeDeps: false,
      lib: {
        entry: {
          main: at('src-main/electron/main.ts'),
          'store-worker': at('src-main/core/store/store-worker.ts'),
          'document-worker': at('src-main/core/documents/document-worker.ts'),
        },
        formats: ['cjs'],
      },
      rolldownOptions: {
        external,
        output: { entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/app/preload',
      target: 'node18',
      externalizeDeps: false,
      lib: { entry: { preload: at('src-main/preload/preload.ts') }, formats: ['cjs'] },
      rolldownOptions: { external, output: { entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [vue()],
    worker: { format: 'es' }, // loads the grammar of a language when it is needed
    resolve: { alias: { '@shared': at('src-main/shared') } },
    // Vue's own switches, without the development tools.
    define: { __VUE_OPTIONS_API__: false, __INTLIFY_JIT_COMPILATION__: true },
    build: {
      outDir: at('out/app/renderer'),
      emptyOutDir: true,
      target: 'chrome114',
      assetsInlineLimit: 0, // the page may load no `data:` addresses
      modulePreload: { polyfill: false },
      minify: true, // electron-vite leaves it out, and what is shorter is read sooner
      rolldownOptions: { input: { index: at('src-renderer/index.html') } },
    },
  },
})
