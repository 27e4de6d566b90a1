"use strict";

// Tells the staff site in which time zone its times are read.
document.cookie =
  `timezone=${Intl.DateTimeFormat().resolvedOptions().timeZone}` +
  "; path=/staff/; max-age=31536000; samesite=lax" +
  (location.protocol === "https:" ? "; secure" : "");
