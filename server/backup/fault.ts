/**
 * What is wrong with a backup that is read.
 *
 * @module
 */

/** The message is to stand after the name of the backup. */
export class BackupFault extends Error {
  override readonly name = "BackupFault";
}
