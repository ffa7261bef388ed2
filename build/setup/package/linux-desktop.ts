import { chatFileExtension } from '../../../src-main/shared/transfer.ts'

/** The folder of the app, once a package is installed. */
export const installFolder = '/opt/chatglm-desktop'

/** The type that the system's own list of types may lack. */
export const modelMimeType = 'application/x-gguf'

/** The type of exported chats. */
export const chatsMimeType = 'application/vnd.chatglm-desktop.chats+json'

/** Names and words of the entry in a menu of programs. */
export const desktopWords = {
  'Name[zh_CN]': 'ChatGLM 桌面版',
  'Name[zh_TW]': 'ChatGLM 桌面版',
  Comment: 'Chat with ChatGLM on your own computer',
  'Comment[zh_CN]': '在自己的电脑上与 ChatGLM 对话',
  'Comment[zh_TW]': '在自己的電腦上與 ChatGLM 對話',
  Keywords: 'chat;AI;LLM;ChatGLM;',
  'Keywords[zh_CN]': '聊天;对话;人工智能;大模型;',
  'Keywords[zh_TW]': '聊天;對話;人工智慧;大模型;',
  StartupWMClass: 'ChatGLM Desktop',
}

/** The entry in the menu, for an app that is installed in `folder`. */
export const linuxDesktopEntry = (folder: string): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=ChatGLM Desktop',
    ...Object.entries(desktopWords).map(([key, value]) => `${key}=${value}`),
    `Exec=${folder}/chatglm-desktop %U`,
    'Icon=chatglm-desktop',
    'Terminal=false',
    'Categories=Utility;',
    `MimeType=x-scheme-handler/chatglm;${modelMimeType};${chatsMimeType};`,
    '',
  ].join('\n')

/** Tells the system what a model's file is. */
export const mimeTypes = `<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="${modelMimeType}">
    <comment>GGUF model</comment>
    <comment xml:lang="zh_CN">GGUF 模型</comment>
    <comment xml:lang="zh_TW">GGUF 模型</comment>
    <glob pattern="*.gguf"/>
  </mime-type>
  <mime-type type="${chatsMimeType}">
    <sub-class-of type="application/json"/>
    <comment>ChatGLM chats</comment>
    <comment xml:lang="zh_CN">ChatGLM 对话</comment>
    <comment xml:lang="zh_TW">ChatGLM 對話</comment>
    <glob pattern="*.${chatFileExtension}"/>
  </mime-type>
</mime-info>
`
