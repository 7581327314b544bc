/** Headers on the INVITE to a desktop; the page answers by itself only when the contact is one it accepted. */
export const contactHeader = 'X-GetHelp-Contact';
export const reservationHeader = 'X-GetHelp-Reservation';
