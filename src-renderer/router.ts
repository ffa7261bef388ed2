import { createRouter, createWebHashHistory } from 'vue-router'
import ChatView from './views/ChatView.vue'

/** The pages. The address stands behind `#`, since no server serves them. */
export function createAppRouter() {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', name: 'new-chat', component: ChatView },
      {
        path: '/chat/:chatId',
        name: 'chat',
        component: ChatView,
        props: true,
      },
      { path: '/models', name: 'models', component: () => import('./views/ModelsView.vue') },
      { path: '/code', name: 'code', component: () => import('./views/CodeView.vue') },
      { path: '/measure', name: 'measure', component: () => import('./views/MeasureView.vue') },
      { path: '/settings', name: 'settings', component: () => import('./views/SettingsView.vue') },
      {
        path: '/guide/:chapter?',
        name: 'guide',
        component: () => import('./views/GuideView.vue'),
        props: true,
      },
      {
        path: '/api-requests',
        name: 'api-requests',
        component: () => import('./views/ApiRequestsView.vue'),
      },
      { path: '/notices', name: 'notices', component: () => import('./views/NoticesView.vue') },
      { path: '/welcome', name: 'welcome', component: () => import('./views/WelcomeView.vue') },
      { path: '/:rest(.*)', redirect: '/' },
    ],
  })
}
