/** Where all checkouts of this user keep what they can make again. */
export function cacheHome(env?: NodeJS.ProcessEnv): string;

/** The folder in {@link cacheHome} for what is compiled of the checkout in this folder. */
export function cacheOf(checkout: string): string;
