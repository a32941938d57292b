/** Prints a figure under the test that measured it. */
export const print = (text: string) => console.log(`      ${text}`);

/** A time in milliseconds as seconds. */
export const inSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
