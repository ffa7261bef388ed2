import { ask, expect, test } from './fixtures.ts'

test('the page has nothing of Node', async ({ page }) => {
  const found = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global', '__dirname'].filter(
      (name) => name in globalThis,
    ),
  )

  expect(found).toEqual([])
})

test('inline scripts and handlers do not run', async ({ page }) => {
  const hasRun = await page.evaluate(async () => {
    const attempts = [
      () => {
        const script = document.createElement('script')
        script.append(document.createTextNode('window.hasRun = true'))
        document.body.append(script)
      },
      () => {
        const button = document.createElement('button')
        button.setAttribute('onclick', 'window.hasRun = true')
        document.body.append(button)
        button.click()
      },
      () => {
        const frame = document.createElement('iframe')
        frame.srcdoc = '<script>parent.hasRun = true</script>'
        document.body.append(frame)
      },
    ]
    for (const attempt of attempts) {
      try {
        attempt()
      } catch {
        // Refused before it came to be, which is as good.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
    return 'hasRun' in window
  })

  expect(hasRun).toBe(false)
})

test('text is never evaluated', async ({ page }) => {
  // Not through `evaluate` alone, which is exempt from the page's policy while it runs.
  const failure = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            resolve(`ran: ${String(window.eval('1 + 1'))}`)
          } catch (error) {
            resolve(error instanceof Error ? error.name : 'unknown')
          }
        })
      }),
  )

  expect(failure).toBe('EvalError')
})

test('text never becomes elements', async ({ page }) => {
  const failure = await page.evaluate(() => {
    try {
      document.createElement('div').innerHTML = '<b>bold</b>'
      return 'none'
    } catch (error) {
      return error instanceof Error ? error.name : 'unknown'
    }
  })

  expect(failure).toBe('TypeError')
})

test('nothing is loaded from elsewhere', async ({ page }) => {
  const violation = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) =>
          resolve(event.effectiveDirective),
        )
        document.body.append(
          Object.assign(new Image(), { src: 'https://images.example/pixel.png' }),
        )
        setTimeout(() => resolve('none'), 2000)
      }),
  )
  const isFetched = await page.evaluate(() =>
    fetch('https://images.example/').then(
      () => true,
      () => false,
    ),
  )

  expect(violation).toBe('img-src')
  expect(isFetched).toBe(false)
})

test('a request that the app does not know is refused with a code', async ({ page }) => {
  const answer = await ask(page, 'app.delete_everything', {})

  expect(answer).toMatchObject({ ok: false, error: { code: 'app.unknown_request' } })
})

test('a request with wrong parameters is refused with a code', async ({ page }) => {
  const answer = await ask(page, 'chat.read', { chatId: { $ne: null } })

  expect(answer).toMatchObject({ ok: false, error: { code: 'app.invalid_params' } })
})
