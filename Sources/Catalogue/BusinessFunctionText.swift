// The table of business functions: code, function it is part of, name, part of IEC 61968, evidence.

enum BusinessFunctionText {
  /// A site's own codes need no row here.
  static let rows: StaticString = """
    NO||Network operation|3|confirmed
    NMON|NO|Network operation monitoring|3|provisional
    CTL|NO|Network control|3|provisional
    FLT|NO|Fault management|3|provisional
    OFA|NO|Operation feedback analysis|3|provisional
    OST|NO|Operation statistics and reporting|3|provisional
    CLC|NO|Network calculations in real time|3|provisional
    TRN|NO|Dispatcher training|3|provisional
    OMS|NO|Outage management system|3|provisional
    AM||Records and asset management|4|confirmed
    EINV|AM|Substation and network inventory|4|provisional
    GINV|AM|Geographical inventory|4|provisional
    AIP|AM|Asset investment planning|4|provisional
    OP||Operational planning and optimisation|5|confirmed
    SIM|OP|Network operation simulation|5|provisional
    SSC|OP|Switch action scheduling|5|provisional
    IMP|OP|Power import scheduling|5|provisional
    DER||Distributed energy optimisation|5|partial
    MC||Maintenance and construction|6|confirmed
    MAI|MC|Maintenance and inspection|6|provisional
    CON|MC|Construction|6|provisional
    DGN|MC|Design|6|provisional
    SCHD|MC|Work scheduling and dispatch|6|provisional
    FRD|MC|Field recording|6|provisional
    WM|MC|Work management|6|provisional
    NE||Network extension planning|7|confirmed
    NCLC|NE|Network calculations|7|provisional
    PRJ|NE|Project definition|7|provisional
    CSP|NE|Construction supervision|7|provisional
    CS||Customer support|8|confirmed
    CSRV|CS|Customer service|8|provisional
    TCM|CS|Trouble call management|8|provisional
    POS|CS|Point of sale|8|provisional
    CIS|CS|Customer information system|8|provisional
    MR||Meter reading and control|9|confirmed
    MS|MR|Metering system|9|confirmed
    MDM|MR|Meter data management|9|confirmed
    LMS|MR|Load management system|9|confirmed
    MAM|MR|Meter asset management|9|confirmed
    DRMS|MR|Demand response management system|9|confirmed
    MM|MR|Meter maintenance|9|provisional
    ACT||Account management||partial
    EMS||Energy management and trading||partial
    FIN||Finance||partial
    PRM||Premises||partial
    HR||Human resources||partial
    SC||Supply chain and logistics||partial
    RET||Retail||partial
    """
}
