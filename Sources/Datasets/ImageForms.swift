extension Selection {
  mutating func prepareImages(_ preprocessing: Preprocessing) throws {}
}
