import type { Message } from '../../../src-main/shared/chat.ts'
import { chatId, messageId } from '../../../src-main/shared/ids.ts'

const fence = '```'

const reply = `# 快速排序 Quicksort

快速排序是一种**分治**算法，平均时间复杂度为 \\(O(n \\log n)\\)，最坏情况为 $O(n^2)$。It picks a *pivot* and
partitions the array; see \`partition()\` below.

${fence}python
def quicksort(values: list[int]) -> list[int]:
    """Sort a list without changing it."""
    if len(values) <= 1:
        return values  # 已经有序
    pivot, *rest = values
    left = [x for x in rest if x < pivot]
    right = [x for x in rest if x >= pivot]
    return quicksort(left) + [pivot] + quicksort(right)
${fence}

平均比较次数满足：

\\[
C(n) = n - 1 + \\frac{1}{n} \\sum_{k=0}^{n-1} \\bigl( C(k) + C(n-1-k) \\bigr)
\\]

| 算法 Algorithm | 平均 | 最坏 | 稳定 |
| :-- | --: | --: | :-: |
| 快速排序 | O(n log n) | O(n²) | 否 |
| 归并排序 Merge sort | O(n log n) | O(n log n) | 是 |
| 插入排序 | O(n²) | O(n²) | 是 |

1. 选一个基准
2. 划分
   - 小于基准的放左边
   - 其余放右边
3. 递归

- [x] 写代码
- [ ] 写测试

> 过早的优化是万恶之源。 — Donald Knuth

See [the article](https://en.wikipedia.org/wiki/Quicksort), ~~bubble sort~~, <script>alert(1)</script> and
![a diagram](https://example.com/diagram.png).[^1]

[^1]: 脚注也能显示 *强调*。
`

const base = {
  chatId: chatId('gallery'),
  parentId: null,
  createdAtMs: 0,
  model: null,
  seed: null,
  statistics: null,
  failure: null,
  sampling: null,
  status: 'done',
  version: 1,
  versionCount: 1,
} as const

const statistics = {
  promptTokens: 3120,
  reusedTokens: 2048,
  restoredTokens: 1024,
  restoreMs: 31,
  generatedTokens: 412,
  draftedTokens: 96,
  acceptedTokens: 81,
  timeToFirstTokenMs: 412,
  promptTokensPerSecond: 96.2,
  tokensPerSecond: 18.23,
  seed: 42,
}

function question(id: string, text: string, more: Partial<Message> = {}): Message {
  return { ...base, id: messageId(id), role: 'user', text, ...more }
}

function answer(id: string, text: string, more: Partial<Message> = {}): Message {
  const facts = { model: 'ChatGLM2-6B', statistics, sampling: { temperature: 0.8, topP: 0.8 } }
  return { ...base, ...facts, id: messageId(id), role: 'assistant', text, ...more }
}

/** A chat in which everything occurs that a message can be. */
export const chat: Message[] = [
  question('q0', 'What is this?'),
  answer('a0', 'A page to look at messages. 这是一个用来查看消息的页面。'),
  question('q1', '请解释快速排序，并给出 Python 代码。\nPlease keep it short.', {
    versionCount: 3,
    version: 2,
  }),
  answer('a1', reply, { versionCount: 2, version: 1 }),
  question(
    'q2',
    'A long paste:\n' + Array.from({ length: 40 }, (_, i) => `line ${i + 1}`).join('\n'),
  ),
  answer('a2', 'Half of an ans', { status: 'interrupted' }),
  question('q3', 'مرحبا، كيف حالك؟'),
  answer('a3', 'أنا بخير، شكرا لك. هذا `code` في النص.', { status: 'cancelled' }),
  question('q4', '再写长一点'),
  answer('a4', '', {
    status: 'failed',
    failure: { code: 'engine.gone', message: 'The engine stopped. Try to write the reply again.' },
  }),
  question('q5', 'Show me a long listing.'),
  answer(
    'a5',
    `${fence}ts\n${Array.from({ length: 60 }, (_, i) => `export const value${i} = compute(${i}, "text ${i}")`).join('\n')}\n${fence}`,
    { status: 'length' },
  ),
  question('q6', 'And the last one?'),
  answer('a6', '', { status: 'writing', statistics: null }),
]

/** Many messages, as a test of opening and scrolling. */
export function longChat(count: number): Message[] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? question(`q${index}`, `Question ${index}: 请说明第 ${index} 步。`)
      : answer(`a${index}`, index % 8 === 1 ? reply : `Answer ${index}. `.repeat(1 + (index % 40))),
  )
}
