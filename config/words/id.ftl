# Kata dan kalimat pendek. Kunci yang sama harus ada di en.ftl.

# Nama pertanyaan, sebagaimana disebut dalam kalimat di bawah.
field-submitted-at = Cap waktu
field-email = Alamat Email
field-applicant = Nama Pemohon
field-unit = Unit Kerja
field-topic = Nama Kegiatan
field-date = Tanggal Kegiatan
field-end-date = Tanggal Selesai
field-start = Waktu Mulai
field-end = Waktu Selesai
field-duration = Durasi
field-participants = Jumlah Peserta
field-contact-name = Nama Narahubung
field-contact-email = Email Narahubung
field-contact-phone = Nomor HP Narahubung
field-service = Jenis Layanan
field-recording = Rekaman
field-public = Terbuka untuk Umum
field-notes = Keterangan

# Yang perlu diperbaiki, kepada pemohon.
problem-missing = Isian “{ $field }” belum diisi. Mohon dilengkapi.
problem-or = { " atau " }
problem-bad-email = Isian “{ $field }” berisi “{ $text }”, yang bukan alamat email yang lengkap. Mohon ditulis satu alamat saja, misalnya nama@example.go.id.
problem-day = Isian “{ $field }” berisi “{ $text }”, yang tidak dapat kami baca dengan pasti sebagai tanggal. Mohon ditulis lengkap dengan tanggal, bulan, dan tahun, misalnya “30 November 2026”.
problem-day-which = Isian “{ $field }” berisi “{ $text }”. Maksudnya { $likely }? Mohon ditulis lengkap dengan tanggal, bulan, dan tahun.
problem-day-weekday-which = Isian “{ $field }” berisi “{ $text }”, sedangkan menurut kalender tanggal itu adalah { $date }. Maksudnya { $likely }? Mohon hari dan tanggalnya disesuaikan.
problem-day-apart = Isian “{ $field }” berisi “{ $text }”, yaitu beberapa tanggal yang tidak berurutan. Mohon diajukan satu permohonan untuk setiap tanggal.
problem-day-passed-which = Isian “{ $field }” berisi “{ $text }”, yang baru saja lewat. Maksudnya { $likely }? Mohon ditulis lengkap dengan tahunnya.
problem-day-no-month-which = Isian “{ $field }” berisi “{ $text }” tanpa menyebut bulan. Maksudnya { $likely }? Mohon ditulis lengkap dengan bulan dan tahunnya.
problem-day-no-day = Isian “{ $field }” berisi “{ $text }” tanpa menyebut tanggalnya. Mohon ditulis lengkap, misalnya “30 November 2026”.
problem-day-none = Isian “{ $field }” berisi “{ $text }”, yaitu tanggal yang tidak ada dalam kalender. Mohon diperiksa kembali tanggal dan bulannya.
problem-clock = Isian “{ $field }” berisi “{ $text }”, yang tidak dapat kami baca dengan pasti sebagai waktu. Mohon ditulis jam dan menitnya, misalnya “09.00” atau “09.00–11.30”.
problem-clock-which = Isian “{ $field }” berisi “{ $text }”. Maksudnya { $likely }? Mohon ditulis jam dan menitnya dalam format 24 jam.
problem-clock-none = Isian “{ $field }” berisi “{ $text }”, yang bukan waktu yang ada. Mohon ditulis dalam format 24 jam, misalnya “09.00” atau “13.30”.
problem-clock-midnight = Isian “{ $field }” berisi “{ $text }”. Belum jelas tengah malam pada tanggal yang mana. Mohon ditulis “00.00” bila pada awal tanggal tersebut, atau “23.59” bila pada akhirnya.
problem-clock-zones = Isian “{ $field }” berisi “{ $text }”, yaitu beberapa waktu yang tidak cocok satu sama lain (WIB, WITA, dan WIT masing-masing berselisih satu jam). Mohon ditulis satu waktu saja beserta zonanya, misalnya “09.00 WIB”.
problem-clock-other-day = Isian “{ $field }” berisi “{ $text }”, yang menyebut { $date }, berbeda dengan isian tanggal kegiatan. Mohon disamakan.
problem-length = Isian “{ $field }” berisi “{ $text }”, yang tidak dapat kami baca dengan pasti sebagai lama kegiatan. Mohon ditulis beserta satuannya, misalnya “2 jam” atau “90 menit”.
problem-length-which = Isian “{ $field }” berisi “{ $text }”. Maksudnya { $likely }? Mohon ditulis beserta satuannya, misalnya “2 jam” atau “90 menit”.
problem-length-day = Isian “{ $field }” berisi “{ $text }”. Mohon ditulis berapa jam lamanya, misalnya “7 jam”, atau diisi waktu mulai dan waktu selesainya.
problem-count = Isian “{ $field }” berisi “{ $text }”, yang tidak dapat kami baca dengan pasti sebagai jumlah orang. Mohon ditulis satu angka saja, misalnya “50”.
problem-count-which = Isian “{ $field }” berisi “{ $text }”. Maksudnya { $likely } orang? Mohon ditulis satu angka saja, tanpa titik atau koma.
problem-two-ends = Waktu selesai disebut lebih dari sekali dan berbeda: pukul { $one } dan pukul { $other }. Mohon dipastikan salah satunya, termasuk isian durasi bila ada.
problem-last-day-first = Tanggal selesai ({ $last }) lebih awal daripada tanggal mulai ({ $first }). Mohon diperbaiki salah satunya.
problem-end-before-start = Waktu selesai (pukul { $end }) tidak lebih akhir daripada waktu mulai (pukul { $start }). Mohon diperbaiki waktu mulai atau waktu selesainya.
problem-too-soon = Waktu mulai sudah lewat atau terlalu dekat dengan waktu pengajuan. Kegiatan dapat kami jadwalkan paling cepat { $earliest }. Mohon dipilih waktu yang lain.
problem-too-far = Tanggal kegiatan terbaca { $date }, lebih dari dua tahun lagi. Mohon diperiksa kembali tahunnya.
problem-too-long = Lama kegiatan { $length } melebihi batas { $longest }. Mohon diperpendek, atau diajukan sebagai beberapa permohonan.
problem-too-short = Lama kegiatan terbaca hanya { $length }. Mohon diperiksa kembali waktu selesai atau durasinya.
problem-closed-day = Kegiatan jatuh pada { $date }, yang bukan hari layanan. Hari layanan berikutnya adalah { $next }. Mohon dipilih hari yang lain.
problem-holiday = Kegiatan jatuh pada { $date } ({ $holiday }), saat layanan libur. Hari layanan berikutnya adalah { $next }. Mohon dipilih hari yang lain.
problem-closed-hours = Waktu kegiatan berada di luar jam layanan, yaitu pukul { $from } sampai dengan { $until }. Mohon dipilih waktu dalam jam tersebut.

# Mengapa permohonan menunggu petugas.
reason-all-taken = Semua akun Zoom terpakai pada waktu yang diminta. Hubungi narahubung untuk menyepakati waktu lain, lalu minta pemohon memperbaiki jawabannya atau mengisi kembali formulir.
reason-free-at = Semua akun Zoom terpakai pada waktu yang diminta. Waktu terdekat yang masih kosong saat diperiksa: { $times }. Sepakati salah satunya dengan narahubung, lalu minta pemohon memperbaiki jawabannya atau mengisi kembali formulir. Waktu itu tidak dipesan dan dapat terisi.
reason-too-large = Diminta untuk { $participants } peserta, sedangkan akun Zoom terbesar hanya memuat { $largest }. Sepakati jumlah peserta dengan narahubung, atau siapkan akun yang lebih besar.
reason-too-long = Tidak ada akun Zoom yang boleh menyelenggarakan rapat selama { $length }. Sepakati lama kegiatan dengan narahubung, atau siapkan akun berlisensi.
reason-webinar = Pemohon meminta webinar. Webinar tidak dibuat otomatis: buat sendiri di Zoom, lalu sampaikan tautannya kepada pemohon.
reason-several-days = Kegiatan berlangsung lebih dari satu hari. Kegiatan seperti ini tidak dibuat otomatis: buat sendiri di Zoom, lalu sampaikan tautannya kepada pemohon.
reason-zoom-refuses = Zoom menolak membuat rapat: “{ $text }”. Periksa akun dan pengaturannya di Zoom, lalu buat rapatnya sendiri bila perlu.
reason-looking-failed = Jawaban Zoom atas pembuatan rapat tidak diterima, dan akun { $host } sudah 15 menit tidak dapat diperiksa. Cari rapat dengan penanda { $marker } di akun itu. Sistem tetap mencoba; jangan membuat rapat baru sebelum dipastikan belum ada.
reason-two-meetings = Ada dua rapat dengan penanda { $marker } di akun { $host }. Hapus salah satunya di Zoom; sisanya akan dipakai.
reason-made-before = Di akun { $host } sudah ada rapat untuk permohonan ini dengan penanda { $marker }, tetapi waktunya berbeda dari isian dan tidak ada dalam catatan sistem. Rapat kedua tidak dibuat. Mohon periksa rapat itu di Zoom: sesuaikan waktunya dengan isian atau hapus rapatnya, lalu ubah isian permohonan (misalnya pada Keterangan) agar diproses lagi.
reason-other-time = Zoom membuat rapat pada waktu yang berbeda dari yang diminta, dan rapat itu sudah dihapus. Tautannya belum disampaikan kepada siapa pun. Buat rapatnya sendiri di Zoom bila waktunya masih memungkinkan, lalu sampaikan tautannya kepada pemohon.
reason-limit-until = Batas harian Zoom untuk pembuatan rapat tercapai sampai { $until }, sedangkan kegiatan dimulai sebelum itu. Buat rapatnya sendiri melalui halaman Zoom, lalu sampaikan tautannya kepada pemohon.

# Catatan lain dalam kolom Catatan Sistem.
note-replaced = Digantikan oleh jawaban yang lebih baru dari pemohon yang sama, dengan nomor tiket { $ticket }. Tidak perlu tindakan.
note-cancelling = Rapatnya sedang dihapus di Zoom; tidak perlu tindakan.
note-meeting-left = Rapat di Zoom tidak lagi memuat penanda sistem, sehingga tidak dihapus. Hapus sendiri di Zoom bila perlu.
note-reason = Alasan: { $reason }
note-command-done = { $command } sudah dilaksanakan ({ $when }).
note-command-unfit = { $command } tidak dapat dilaksanakan pada keadaan ini.
note-command-unknown = Tindakan “{ $text }” tidak dikenal.
note-commands-fit = Yang dapat ditulis di kolom Tindakan Petugas: { $commands }.
note-no-command-fits = Saat ini tidak ada tindakan yang dapat dilaksanakan.
note-expired = Waktu kegiatan sudah lewat tanpa rapat dibuat. Tidak ada lagi yang diproses.
note-waiting-for-zoom = Zoom belum dapat dihubungi. Sistem mencoba lagi secara otomatis; tidak perlu tindakan.
note-limit-until = Batas harian Zoom tercapai; dilanjutkan { $until } secara otomatis. Tidak perlu tindakan.
note-settling = Jawaban Zoom belum pasti. Sistem sedang memeriksa apakah rapat sudah dibuat; jangan membuat rapat baru.
note-contact-chat = WhatsApp narahubung: { $link }
note-open-end = Waktu selesai tidak ditentukan pemohon. Akun Zoom diperhitungkan sampai pukul { $until }.
note-record-by-hand = Pemohon meminta rekaman, tetapi Zoom tidak merekam rapat ini secara otomatis. Petugas perlu masuk sebagai tuan rumah (host) dan memulai rekaman saat acara dimulai.
note-recorded-unasked = Zoom merekam rapat ini secara otomatis menurut pengaturan akunnya, walaupun pemohon tidak memintanya. Ubah pengaturan rapat di Zoom bila rekaman tidak dikehendaki.
note-edited-after-end = Jawaban diubah setelah permohonan diakhiri. Tulis PROSES ULANG bila permohonan perlu diproses lagi menurut jawaban yang baru.
note-edited-since = Jawaban diubah setelah rapat dibuat, dan perubahannya belum diterapkan. Periksa jawabannya, lalu sesuaikan rapat di Zoom bila perlu.
note-letter-in-doubt = Belum pasti apakah surel ke { $address } sudah terkirim. Tanyakan kepada penerima bila perlu.
note-letter-refused = Surel ke { $address } ditolak oleh server penerima. Periksa alamatnya dan hubungi yang bersangkutan dengan cara lain.

# Pemberitahuan kepada petugas: judul, lalu satu paragraf setiap baris.
notice-row-gone-title = Baris permohonan { $ticket } tidak ditemukan di lembar jawaban
notice-row-gone =
    Baris permohonan { $ticket } tidak lagi ditemukan di lembar jawaban, kemungkinan karena dihapus.
    Tidak ada yang dibatalkan: permohonan tetap diproses, dan rapat serta tautan yang sudah ada tetap berlaku.
    Bila terhapus tanpa sengaja, mohon kembalikan barisnya dengan Urungkan (Ctrl+Z) atau melalui menu File, Histori versi. Baris itu akan dikenali kembali secara otomatis.
    Bila kegiatannya memang batal, mohon hapus rapatnya di Zoom dan sampaikan kepada pemohon.
notice-torn-title = Isi lembar jawaban tampak teracak, sistem berhenti sementara
notice-torn =
    Jawaban pada baris berikut tidak lagi cocok dengan nomor tiketnya: { $tickets }. Kemungkinan sebagian kolom diurutkan atau dipindahkan terpisah dari kolom lainnya.
    Selama belum pulih, sistem tidak menerima permohonan baru, tidak menulis ke lembar jawaban, dan tidak membuat rapat baru. Rapat dan tautan yang sudah ada tetap berlaku.
    Mohon kembalikan isi lembar dengan Urungkan (Ctrl+Z) atau melalui menu File, Histori versi. Setelah baris-baris itu cocok kembali, sistem melanjutkan dengan sendirinya.
    Bila perubahan itu memang disengaja, mohon isi kolom Timestamp pada setiap baris yang diubah dengan waktu sekarang (Ctrl+Alt+Shift+;). Baris itu kemudian dibaca sebagai jawaban yang diperbarui.
notice-unknown-rows-title = Ada nomor tiket di lembar jawaban yang tidak dikenal sistem
notice-unknown-rows =
    Lembar jawaban memuat nomor tiket yang tidak ada dalam catatan sistem, antara lain: { $tickets }. Kemungkinan berkas data sistem hilang atau dipulihkan dari cadangan lama.
    Baris-baris itu dibiarkan apa adanya dan tidak dibuatkan rapat baru. Rapat dan tautan yang sudah disampaikan tetap berlaku, tetapi tidak tampil pada jadwal.
    Mohon pulihkan cadangan data yang terbaru. Bila tidak ada, biarkan baris-baris itu dan tangani perubahannya langsung di Zoom. Jangan mengosongkan nomor tiketnya: jawabannya akan diproses lagi sebagai permohonan baru.
notice-headers-title = Kolom isian tidak ditemukan di lembar jawaban
notice-headers =
    Kolom untuk isian berikut tidak ditemukan pada baris judul lembar jawaban: { $fields }. Kemungkinan judulnya diubah atau kolomnya dihapus.
    Selama belum pulih, permohonan baru tidak dapat dibaca dan lembar jawaban tidak diperbarui. Tidak ada yang hilang.
    Mohon kembalikan judul kolomnya. Setelah itu sistem melanjutkan dengan sendirinya.
notice-overwritten-title = Isian pada baris { $ticket } perlu diperiksa
notice-overwritten =
    Ketika sistem menulis ke baris { $ticket }, kolom lembar jawaban sedang digeser. Isian pada kolom berikut tertimpa dan tidak dapat dikembalikan secara otomatis: { $columns }.
    Mohon kembalikan isinya melalui menu File, Histori versi.
notice-put-back-title = Kolom lembar jawaban digeser ketika sistem menulis
notice-put-back =
    Pada { $when }, ketika sistem menulis ke baris permohonan { $tickets }, kolom lembar jawaban sedang digeser. Isian pada kolom berikut di baris itu sempat tertimpa dan sudah dikembalikan seperti ketika terakhir dibaca, sesaat sebelumnya: { $columns }.
    Bila tidak ada yang mengetik di sel-sel itu tepat pada saat tersebut, tidak ada yang perlu dilakukan. Bila ada, mohon kembalikan isinya melalui menu File, Histori versi.
notice-protected-title = Ada baris di lembar jawaban yang dilindungi dari penulisan oleh sistem
notice-protected =
    Sistem tidak dapat menulis ke baris permohonan berikut karena selnya dilindungi: { $tickets }. Hal yang sama berlaku untuk baris lain dalam rentang yang dilindungi itu.
    Permohonannya tetap diproses dan suratnya tetap dikirim, tetapi status dan tautannya belum tampil pada barisnya. Baris lain ditulis seperti biasa.
    Mohon izinkan { $account } menyunting rentang itu melalui menu Data, Lindungi sheet dan rentang, atau hapus perlindungannya. Setelah itu baris-baris tersebut ditulis dengan sendirinya.
notice-party-sheets = Google Sheets
notice-party-zoom = Zoom
notice-party-mail = Server surel
notice-party-store = Penyimpanan data sistem
notice-down-sheets-title = Gangguan: lembar jawaban tidak dapat diakses
notice-down-sheets =
    Sejak { $since } Google Sheets tidak dapat diakses oleh sistem: “{ $says }”
    Permohonan baru belum dapat dibaca dan lembar jawaban belum diperbarui. Tidak ada yang hilang, dan tidak ada yang perlu dikirim ulang.
    Sistem terus mencoba dan melanjutkan dengan sendirinya. Mohon diperiksa jaringan server, izin lembar jawaban, dan panduan docs/runbook.md bagian “A party in trouble”.
notice-down-zoom-title = Gangguan: Zoom tidak dapat digunakan
notice-down-zoom =
    Sejak { $since } Zoom tidak dapat digunakan oleh sistem: “{ $says }”
    Permohonan tetap diterima dan dicatat dengan status Diproses, tetapi rapatnya belum dapat dibuat. Rapat dan tautan yang sudah ada tetap berlaku.
    Sistem terus mencoba dan melanjutkan dengan sendirinya. Untuk kegiatan yang segera dimulai, mohon hubungi pemohonnya. Bila gangguannya bukan pada Zoom, mohon diperiksa jaringan server dan panduan docs/runbook.md bagian “A party in trouble”.
notice-back-title = Gangguan selesai: { $party } kembali normal
notice-back =
    { $party } tidak dapat digunakan sejak { $since } dan kembali normal { $until }.
    Permohonan, lembar jawaban, dan surat yang tertunda diselesaikan dengan sendirinya. Tidak ada yang perlu dikirim ulang.
notice-orphan-title = Ada rapat Zoom yang tidak tercatat pada permohonan mana pun
notice-orphan =
    Rapat dengan nomor { $id } di akun { $host } ({ $when }) dibuat oleh sistem dengan penanda { $marker }, tetapi tidak tercatat pada permohonan mana pun.
    Rapat itu dibiarkan apa adanya dan tetap dihitung memakai akun tersebut. Sistem tidak menghapus rapat seperti ini.
    Mohon pastikan tautannya tidak dipakai siapa pun, lalu hapus rapatnya di Zoom. Bila layanan ini dijalankan di dua tempat dengan akun Zoom yang sama, rapat itu mungkin milik yang lain.

# Lama waktu.
length-hours = { $count } jam
length-minutes = { $count } menit

# Halaman web.
page-service = Layanan Virtual Meeting (Zoom)
page-description = Permohonan dan jadwal virtual meeting (Zoom) di lingkungan { $office }.
page-skip = Langsung ke isi halaman
page-nav = Menu utama
page-nav-home = Beranda
page-nav-schedule = Jadwal
page-foot = Jadwal pada halaman ini diperbarui secara otomatis dari permohonan yang telah diproses.
page-today = Hari ini
page-status = Status
page-status-terjadwal = Terjadwal
page-status-dibatalkan = Dibatalkan
page-status-ditolak = Dibatalkan
page-event-internal = Kegiatan internal
page-event-untitled = Kegiatan tanpa judul
page-join = Ikuti lewat Zoom

# Beranda.
page-home-title = Permohonan Virtual Meeting (Zoom)
page-home-intro = Layanan ini bagi unit kerja yang akan mengadakan rapat atau kegiatan daring. Cukup dengan mengisi formulir, akun Zoom kami siapkan dan tautannya kami kirimkan lewat surel.
page-home-apply = Ajukan permohonan
page-home-apply-note = Membuka Google Form. Pengisian memerlukan waktu sekitar 5 menit.
page-home-no-form = Untuk mengajukan permohonan, silakan menghubungi { $unit }.
page-today-none = Tidak ada kegiatan terjadwal hari ini.
page-today-more = Masih ada { $count } kegiatan lain hari ini.
page-next = Kegiatan berikutnya
page-whole-schedule = Lihat jadwal lengkap
page-steps = Alur layanan
page-step-form = Isi formulir permohonan
page-step-form-text = Cantumkan nama kegiatan, hari dan waktu, perkiraan jumlah peserta, serta narahubung.
page-step-check = Ketersediaan diperiksa
page-step-check-text = Kami memeriksa akun Zoom yang tersedia pada waktu tersebut. Bila semua terpakai, narahubung akan kami hubungi.
page-step-link = Tautan dikirim lewat surel
page-step-link-text = Pemohon dan narahubung menerima tautan Zoom dan undangan kalender. Standar layanan: 20 menit pada jam kerja.
page-step-schedule = Kegiatan tampil pada jadwal
page-step-schedule-text = Jadwal dapat dilihat oleh umum. Kegiatan yang bersifat tertutup ditampilkan tanpa judul.
page-help = Bantuan
page-help-text = Untuk pertanyaan, perubahan, atau pembatalan, silakan menghubungi { $unit } dengan menyebutkan nomor tiket yang tercantum dalam surel.
page-help-phone = WhatsApp { $phone }
page-survey-text = Kegiatan sudah selesai? Mohon berkenan mengisi
page-survey = Survei Kepuasan Masyarakat (SKM)

# Jadwal.
page-schedule-title = Jadwal Kegiatan
page-schedule-intro = Kegiatan virtual meeting yang terjadwal mulai hari ini.
page-schedule-none = Belum ada kegiatan terjadwal.
page-feed = Pasang di kalender
page-feed-text = Jadwal ini dapat dipasang pada kalender di ponsel atau komputer dan akan ikut diperbarui.
page-feed-subscribe = Berlangganan jadwal
page-feed-address = Untuk Google Kalender, pilih “Dari URL”, lalu tempelkan alamat ini:
page-feed-name = Jadwal Virtual Meeting – { $office }

# Bila halaman tidak dapat ditampilkan.
page-missing-title = Halaman tidak ditemukan
page-missing-text = Alamat yang dibuka tidak ada atau sudah dipindahkan. Mohon diperiksa kembali penulisannya.
page-not-allowed-title = Permintaan tidak dapat diproses
page-not-allowed-text = Halaman ini hanya dapat dibaca.
page-forbidden-title = Akses tidak diizinkan
page-forbidden-text = Halaman ini hanya dapat dibuka dari server layanan.
page-unavailable-title = Layanan sedang terganggu
page-unavailable-text = Jadwal belum dapat ditampilkan saat ini. Mohon dicoba kembali beberapa saat lagi.
page-failed-title = Terjadi kesalahan
page-failed-text = Halaman tidak dapat ditampilkan karena gangguan pada sistem kami. Mohon dicoba kembali beberapa saat lagi.
page-back-home = Kembali ke beranda
page-back-schedule = Lihat jadwal kegiatan
