import { expect, test } from 'vitest'
import { engineEnvironment } from '../../../../src-main/core/engine/engine-environment.ts'

test('gives the engine what it needs and nothing else of the user', () => {
  const own = { PATH: '/bin', OMP_NUM_THREADS: '2', GGML_VK_VISIBLE_DEVICES: '0', MY_SECRET: 'x' }

  expect(engineEnvironment(own, '/tmp/socket', 'token')).toEqual({
    PATH: '/bin',
    OMP_NUM_THREADS: '2',
    GGML_VK_VISIBLE_DEVICES: '0',
    CHATGLM_ENGINE_SOCKET: '/tmp/socket',
    CHATGLM_ENGINE_TOKEN: 'token',
  })
})

test('lets nobody name a library that the engine then loads', () => {
  const given = engineEnvironment({ GGML_BACKEND_PATH: '/tmp/any.so' }, '/tmp/socket', 'token')
  expect(given).not.toHaveProperty('GGML_BACKEND_PATH')
})
