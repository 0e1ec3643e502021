import Components
import Testing

@Suite("IEC 61968-9, Annexes E and F: event and control codes")
struct DeviceCodeTests {
  @Test("four numbers are read, and written the same", arguments: ["3.26.0.85", "0.31.0.23", "3.31.0.18"])
  func reads(text: String) { #expect(DeviceCode(text)?.description == text) }

  @Test("an asterisk stands for any device")
  func anyDevice() {
    #expect(DeviceCode("*.26.0.85").map(DeviceCode.powerFailed.matches) == true)
    #expect(DeviceCode("0.26.0.85").map(DeviceCode.powerFailed.matches) == true)
    #expect(DeviceCode("9.26.0.85").map(DeviceCode.powerFailed.matches) == false)
    #expect(DeviceCode("3.26.0.216").map(DeviceCode.powerFailed.matches) == false)
  }

  @Test(
    "anything else is no code",
    arguments: [
      "", "3.26.0", "3.26.0.85.1", "3.26.0.-5", "3.26..85", "a.b.c.d", "3.*.0.85", "3.26.0.+85", "3. 26.0.85",
    ])
  func refuses(text: String) { #expect(DeviceCode(text) == nil) }
}
