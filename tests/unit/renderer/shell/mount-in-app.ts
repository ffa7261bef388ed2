import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { type Component, defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { AppSnapshot } from '@shared/app-api.ts'
import { type Locale, defaultSettings } from '@shared/settings.ts'
import { bridgeKey } from '../../../../src-renderer/bridge/bridge.ts'
import ToastHost from '../../../../src-renderer/components/toasts/ToastHost.vue'
import { createAppI18n } from '../../../../src-renderer/i18n.ts'
import { useAppStore } from '../../../../src-renderer/stores/app.ts'
import { type FakeAnswers, createFakeBridge } from '../fake-bridge.ts'
import { modelAnswers } from '../models/sample-models.ts'
import { emptySnapshot } from './empty-snapshot.ts'

export { emptySnapshot }

/** Mounts a component beside the toasts, in an app that answers as told and has been read. */
export async function mountInApp(
  component: Component,
  options: { answers?: FakeAnswers; snapshot?: Partial<AppSnapshot>; locale?: Locale } = {},
) {
  let settings = options.snapshot?.settings ?? defaultSettings
  const fake = createFakeBridge({
    'app.read': () => ({ ...emptySnapshot, ...options.snapshot }),
    'settings.write': ({ changes }) => (settings = { ...settings, ...changes }),
    'chat.list': () => ({ chats: [], next: null }),
    'tag.list': () => [],
    'model.list': () => [],
    'adapter.list': () => [],
    'batch.read': () => ({ type: 'none' }),
    'eval.read': () => ({ state: { type: 'none' }, plan: null }),
    'remote.keys': () => ({ remoteIds: [] }),
    'api.read': () => ({ state: { type: 'off' }, token: 'sk-secret', requests: [] }),
    'update.read': () => ({ type: 'idle', checkedAtMs: null }),
    ...modelAnswers,
    ...options.answers,
  })
  const page = { render: () => null }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', name: 'new-chat', component: page },
      { path: '/chat/:chatId', name: 'chat', component: page },
      { path: '/models', name: 'models', component: page },
      { path: '/settings', name: 'settings', component: page },
      { path: '/api-requests', name: 'api-requests', component: page },
      { path: '/guide/:chapter?', name: 'guide', component: page },
    ],
  })
  await router.push('/')
  const root = defineComponent(() => () => [h(component), h(ToastHost)])
  const wrapper = mount(root, {
    attachTo: document.body,
    global: {
      plugins: [createPinia(), createAppI18n(options.locale ?? 'en'), router],
      provide: { [bridgeKey as symbol]: fake.bridge },
    },
  })
  await useAppStore().read()
  const askedFor = (request: string) =>
    fake.asked.filter((one) => one.request === request).map((one) => one.params)
  return { ...fake, wrapper, router, askedFor }
}

/** The first element on the page, portals included, that has this role and name. */
export function findByName(role: string, name: string): HTMLElement {
  const implicit: Record<string, string> = { button: 'button', textbox: 'input, textarea' }
  const found = [
    ...document.querySelectorAll<HTMLElement>(`[role="${role}"], ${implicit[role] ?? role}`),
  ].find((one) => (one.getAttribute('aria-label') ?? one.textContent.trim()) === name)
  if (!found) throw new Error(`The page has no ${role} "${name}".`)
  return found
}
