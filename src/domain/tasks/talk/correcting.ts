/** How people begin to correct what they said last, as a part of phrases: "no, friday". */
export const CORRECTING =
  '(no|nope|oops|sorry|wait|rather|better|i mean|i meant|i said|no (i mean|i meant|i said|wait|sorry)|(oh|actually) (no|wait)|wait no|(sorry|oops) (i mean|i meant|i said|no))'
