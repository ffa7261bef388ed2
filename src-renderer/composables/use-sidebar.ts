import { useMediaQuery } from '@vueuse/core'
import { computed, ref } from 'vue'
import { useSettingsStore } from '../stores/settings.ts'
import { useAttempt } from './use-attempt.ts'

/** A sheet lies over the page, so it does not stay from one start to the next. */
const isSheetOpen = ref(false)

/** Whether the side bar is shown, beside the page or, in a narrow window, as a sheet over it. */
export function useSidebar() {
  const settings = useSettingsStore()
  const attempt = useAttempt()
  const isSheet = useMediaQuery('(max-width: 719px)')
  const isOpen = computed(() => (isSheet.value ? isSheetOpen.value : settings.settings.sidebarOpen))

  function toggle(): void {
    if (isSheet.value) isSheetOpen.value = !isSheetOpen.value
    else void attempt(() => settings.write({ sidebarOpen: !settings.settings.sidebarOpen }))
  }

  return { isSheet, isSheetOpen, isOpen, toggle }
}
