/** The only channels between Electron's processes: requests up, events down. */
export const requestChannel = 'app.request'
export const eventChannel = 'app.event'
