import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { contentSecurityPolicy } from '../../../src-main/http/content-security-policy.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Messages by themselves, and the pages around a fake app, under the policy of the app. */
export default defineConfig({
  root: here('.'),
  plugins: [vue()],
  worker: { format: 'es' },
  resolve: { alias: { '@shared': here('../../../src-main/shared') } },
  build: {
    outDir: here('../../../out/gallery'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    rolldownOptions: { input: [here('./index.html'), here('./models.html')] },
  },
  preview: { headers: { 'Content-Security-Policy': contentSecurityPolicy } },
})
