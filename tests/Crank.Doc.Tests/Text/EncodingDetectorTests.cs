using System.Text;
using Crank.Doc.Reading;
using Crank.Doc.Text;
using CsCheck;

namespace Crank.Doc.Tests.Text;

public sealed class EncodingDetectorTests
{
    private const string German = "Sehr geehrte Frau Möller, die Lieferung über zwölf Körbe Äpfel fällt heute größer aus als üblich. Grüße aus Köln.";
    private const string Russian = "Здравствуйте! Завтра утром приедет мастер и проверит отопление во всей квартире. Просьба быть дома до обеда.";
    private const string Greek = "Καλημέρα σας. Το δέμα θα φτάσει αύριο το πρωί και θα το παραδώσει ο οδηγός στην αποθήκη.";
    private const string Polish = "Dzień dobry, przesyłka dotrze jutro rano, a kierowca zostawi ją w magazynie. Życzę miłego dnia i proszę o odpowiedź.";
    private const string Turkish = "Günaydın, paketiniz yarın sabah ulaşacak ve şoför onu depoya bırakacak. İyi günler dileriz, görüşmek üzere.";
    private const string Hebrew = "בוקר טוב, החבילה תגיע מחר בבוקר והנהג ישאיר אותה במחסן. נא להיות בבית עד הצהריים.";
    private const string Thai = "สวัสดีครับ พัสดุจะมาถึงพรุ่งนี้เช้า และคนขับรถจะนำไปไว้ที่โกดัง กรุณาอยู่บ้านจนถึงเที่ยง";
    private const string Japanese = "おはようございます。荷物は明日の朝に届きます。運転手が倉庫に置いていきますので、よろしくお願いします。";
    private const string Chinese = "早上好，包裹明天上午送到，司机会把它放在仓库里。请您中午以前在家等候，谢谢。";
    private const string Taiwanese = "早安，包裹明天上午送到，司機會把它放在倉庫裡。請您中午以前在家等候，謝謝。";
    private const string Korean = "안녕하세요. 소포는 내일 아침에 도착하며 기사님이 창고에 둘 것입니다. 점심까지 집에 계셔 주십시오.";
    private const string English = "Good morning, the parcel will arrive tomorrow and the driver will leave it in the store. Please be at home until noon.";

    private static readonly Encoding[] _marked = [new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true), new UTF32Encoding(false, true), new UTF32Encoding(true, true)];

    static EncodingDetectorTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static TheoryData<string, int, string> Old => new()
    {
        { "windows-1252", 1252, German }, { "ibm850", 850, German }, { "macintosh", 10000, German },
        { "windows-1251", 1251, Russian }, { "koi8-r", 20866, Russian }, { "ibm866", 866, Russian }, { "iso-8859-5", 28595, Russian }, { "x-mac-cyrillic", 10007, Russian },
        { "windows-1253", 1253, Greek }, { "ibm737", 737, Greek },
        { "windows-1250", 1250, Polish }, { "iso-8859-2", 28592, Polish }, { "ibm852", 852, Polish },
        { "windows-1254", 1254, Turkish }, { "ibm857", 857, Turkish },
        { "windows-1255", 1255, Hebrew }, { "ibm862", 862, Hebrew }, { "windows-874", 874, Thai },
        { "shift_jis", 932, Japanese }, { "euc-jp", 51932, Japanese }, { "iso-2022-jp", 50221, Japanese },
        { "gb18030", 54936, Chinese }, { "big5", 950, Taiwanese }, { "euc-kr", 949, Korean },
        { "ibm037", 37, English }, { "utf-16le", 1200, Russian }, { "utf-16be", 1201, Chinese }, { "utf-16le", 1200, English }, { "utf-32be", 12001, German },
    };

    [Theory, MemberData(nameof(Old))]
    public void Text_without_a_mark_is_read_by_what_its_letters_say(string name, int codePage, string text)
    {
        var bytes = Encoding.GetEncoding(codePage).GetBytes(text);
        var decoded = TextDecoding.Decode(bytes, null, Budgets.Fresh());
        Assert.True(decoded.Text == text, $"{name} was taken for {decoded.Encoding.Name}: {decoded.Text}");
    }

    [Fact]
    public void Text_with_a_mark_or_in_utf_8_comes_back_exactly() =>
        (from text in Gen.String[Gen.Char.Where(c => !char.IsSurrogate(c) && c is not '\uFEFF' and not '\uFFFE' and >= ' '), 0, 60]
         from which in Gen.Int[0, _marked.Length - 1]
         select (text, encoding: _marked[which])).Sample(t =>
        {
            byte[] bytes = [.. t.encoding.GetPreamble(), .. t.encoding.GetBytes(t.text)];
            return t.text.Length == 0 || TextDecoding.Decode(bytes, null, Budgets.Fresh()).Text == t.text;
        });

    [Fact]
    public void Utf_7_is_never_honoured()
    {
        Assert.Null(EncodingDetector.Named("utf-7"));
        Assert.Equal("+ADw-script+AD4-", TextDecoding.Decode("+ADw-script+AD4-"u8, null, Budgets.Fresh()).Text);
    }

    [Fact]
    public void An_encoding_that_is_not_known_is_refused_by_its_code() =>
        Assert.Equal("unsupported_encoding", Assert.Throws<DocumentRefusedException>(() => TextDecoding.Decode("a"u8, "klingon-1", Budgets.Fresh())).Code);

    [Fact]
    public void Text_longer_than_its_budget_is_refused() =>
        Assert.Equal(RefusalReason.TextTooLong, Assert.Throws<DocumentRefusedException>(() => TextDecoding.Decode("abcd"u8, null, Budgets.Fresh(ReaderLimits.Default with { TextLength = 3 }))).Reason);

    [Theory]
    [InlineData("de", German)]
    [InlineData("ru", Russian)]
    [InlineData("el", Greek)]
    [InlineData("pl", Polish)]
    [InlineData("tr", Turkish)]
    [InlineData("he", Hebrew)]
    [InlineData("th", Thai)]
    [InlineData("ja", Japanese)]
    [InlineData("zh-cn", Chinese)]
    [InlineData("zh-tw", Taiwanese)]
    [InlineData("ko", Korean)]
    [InlineData("en", English)]
    public void The_language_is_guessed_from_a_sentence_or_two(string language, string text) => Assert.Equal(language, LanguageGuess.Of(text));

    [Fact]
    public void No_language_is_guessed_from_a_few_letters() => Assert.Null(LanguageGuess.Of("A-17, 42"));
}
